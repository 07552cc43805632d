/**
 * The crawl archive: clean records, from which a crawl can be classified again with no request sent, and raw responses as
 * WARC 1.1. The clean records of a site are written when it has been observed, so a replay sees what the live run saw.
 * WARC holds the last response of each look, decoded and cut at the byte cap; redirects on the way are not in it.
 */
package dev.tradewind.archive;
