/**
 * The first stage: lines of CSV, JSON Lines or Kafka become businesses, or rejected lines with place and cause.
 * {@link dev.tradewind.business.BusinessLines} cuts files into records, {@link dev.tradewind.business.BusinessParser} reads
 * them. A record has at most 64 KiB, an id 1,000 characters; names are cut at 300. Text is UTF-8; files are not decompressed.
 */
package dev.tradewind.business;
