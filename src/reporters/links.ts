/** Where a report may lead: Microsoft's documentation. A saved result may name any address as that of a rule. */
export const isDocumentation = (url: string): boolean => DOCUMENTATION.test(url);

const DOCUMENTATION = /^https:\/\/learn\.microsoft\.com\/[A-Za-z0-9/_.#?=&%-]*$/;
