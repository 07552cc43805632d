package dev.tradewind.fetch;

/**
 * A host that wants to be left alone for a while, as a checkpoint keeps it.
 *
 * @param until in milliseconds since the epoch
 * @param outcome of a request that cannot wait so long
 */
public record RestingHost(String host, long until, String outcome) {}
