/**
 * Rows of findings are laid out when all of them are there: with each piece that a browser reads it would lay out the table anew, which
 * takes half a minute for 20,000.
 */
document.documentElement.classList.add('js', 'reading');
