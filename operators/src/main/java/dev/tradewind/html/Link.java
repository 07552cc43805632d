package dev.tradewind.html;

/**
 * A link on a page.
 *
 * @param url absolute and canonical, without a fragment
 * @param text what it says to a reader, white space collapsed, at most 200 characters
 */
public record Link(String url, String text) {}
