package dev.tradewind.business;

import java.time.Instant;

/**
 * A business whose industry is wanted.
 *
 * @param id the caller's own key
 * @param name the business name as the caller has it, or null
 * @param url the web site as the caller wrote it; {@link HomeUrl} says where that leads
 * @param submission where this business was submitted (file and line, or topic, partition and offset): unlike the id it
 *     is never the same twice, so it names the visit
 * @param submittedAt when the job read it: whoever comes again before this visit's last page joins it
 */
public record Business(String id, String name, String url, String submission, Instant submittedAt) {}
