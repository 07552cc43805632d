package dev.tradewind.fetch;

import java.util.function.Predicate;

/**
 * What to ask a server for.
 *
 * @param url canonical
 * @param cookies the header to send, or null for none
 * @param maxBytes of the decoded body; the rest is cut
 * @param wanted tells by its content type (null where there is none) whether the body of a good response is worth reading
 */
record Get(String url, String cookies, int maxBytes, Predicate<String> wanted) {}
