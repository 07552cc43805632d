package dev.tradewind.fetch;

/**
 * A url that may become one of a site's pages.
 *
 * @param url absolute and canonical
 * @param clickText what the link that led here says; empty for the home page
 * @param rank how it ranks among its site's links, lower is better; 0 for the home page
 * @param depth clicks from the home page, which is 0
 */
public record Candidate(String url, String clickText, int rank, int depth) {}
