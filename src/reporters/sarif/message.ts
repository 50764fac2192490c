/**
 * A text as a message of SARIF: brackets and backslashes would make a link (3.11.6), braces a placeholder (3.11.5).
 */
export const messageText = (text: string): string => text.replace(/[\\[\]]/g, '\\$&').replace(/[{}]/g, '$&$&');
