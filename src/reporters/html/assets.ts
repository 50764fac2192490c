/**
 * The style and the scripts of the page, each on one line. In what is built, and in the tests, what `.assets.js` makes of the files in
 * `page` stands here.
 */
export const STYLE: string = '';
/** Before anything is shown. */
export const FIRST: string = '';
/** When everything is there. */
export const SCRIPT: string = '';
/** What the Content-Security-Policy names them by: SHA-256, base64. */
export const STYLE_HASH: string = '';
export const FIRST_HASH: string = '';
export const SCRIPT_HASH: string = '';
