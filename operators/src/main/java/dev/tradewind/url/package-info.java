/**
 * Urls: {@link dev.tradewind.url.CanonicalUrl} writes each in one way, so that politeness, robots rules and de-duplication
 * know a site by one name; {@link dev.tradewind.url.SpiderTraps} tells those of which there is no end. Pure functions, no
 * look-ups.
 */
package dev.tradewind.url;
