/**
 * Fetching: a request for pages of one site becomes the pages that were looked at, read or with the reason why not.
 * Politeness (turns of hosts and addresses, back-off, robots.txt) is local to a task manager, so requests must be partitioned
 * by host, and all operators that fetch from a host must be in one. One look takes at most
 * five redirects, the deadline and the byte cap of {@link dev.tradewind.fetch.CrawlSettings}; one request at most 30 looks.
 * A home page that links to too few pages is helped by the site's sitemap. Only addresses of the public web are connected. A
 * visit has its own cookies, which go to the site that gave them alone; robots tags are obeyed as
 * {@link dev.tradewind.fetch.RobotsTags} says. Knows nothing of industries.
 */
package dev.tradewind.fetch;
