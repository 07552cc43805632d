/**
 * Fetching: a request for pages of one site becomes the pages that were looked at, read or with the reason why not.
 * Politeness (turns, robots.txt) is local to a task manager, so requests must be partitioned by host. One look takes at most
 * five redirects, the deadline and the byte cap of {@link dev.tradewind.fetch.CrawlSettings}; one request at most 30 looks.
 * A home page that links to too few pages is helped by the site's sitemap. Only addresses of the public web are
 * connected. Knows nothing of industries.
 */
package dev.tradewind.fetch;
