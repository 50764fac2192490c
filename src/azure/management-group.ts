/** The id of a management group of that name, which is called an id in the command line of az. */
export const managementGroupId = (name: string): string => `/providers/Microsoft.Management/managementGroups/${name}`;
