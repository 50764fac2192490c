/** Paths as a person writes them, with either slash; where they lead, nobody is asked. */

/** As people are told of a path: findings are matched by it, and `./main.tf` is `main.tf`. */
export const shortPath = (written: string): string => written.replace(/^(?:\.[\\/]+)+(?=.)/, '');

/** A path below another one, with `/` between. */
export const joined = (folder: string, name: string): string => (/[\\/]$/.test(folder) ? `${folder}${name}` : `${folder}/${name}`);

/** A file of a folder, as people are told of it. */
export const fileIn = (folder: string, name: string): string => (folder === '.' ? name : joined(folder, name));

/** `infra/main.tf` stands in `infra`, and `main.tf` here. */
export const folderOf = (path: string): string => /^(.*)[\\/][^\\/]*$/.exec(path)?.[1] || (/^[\\/]/.test(path) ? '/' : '.');

/** `main.tf` out of `infra/main.tf`. */
export const nameIn = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

/** `modules/redis` out of `infra` and `../modules/redis`. */
export const pathBelow = (folder: string, path: string): string => {
  const whole = /^(?:[\\/]|[A-Za-z]:)/.test(path) ? path : joined(folder, path);
  const [, start = '', rest = ''] = /^([A-Za-z]:[\\/]|[\\/]+)?(.*)$/s.exec(whole) ?? [];
  const parts: string[] = [];
  for (const part of rest.split(/[\\/]+/)) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '..' || start === '') parts.push(part);
  }
  return `${start}${parts.join('/')}` || '.';
};
