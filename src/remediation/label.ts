/**
 * Gives each name a label that Bicep and Terraform take and that no other has: `redis_` and the name, with a number where it is
 * taken already.
 */
export const labeler = (): ((name: string) => string) => {
  const taken = new Set<string>();
  return (name) => {
    const label = `redis_${name.toLowerCase().replaceAll(/[^a-z0-9]/g, '_')}`;
    let free = label;
    for (let n = 2; taken.has(free); n += 1) free = `${label}_${n}`;
    taken.add(free);
    return free;
  };
};
