/**
 * Html: bytes that call themselves a page become its title, what a visitor reads and its links
 * ({@link dev.tradewind.html.HtmlPage}), whatever they are: bounded in depth, tags, text, links and time, never with an
 * exception. Knows nothing of fetching.
 */
package dev.tradewind.html;
