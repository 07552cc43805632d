package dev.tradewind.fetch;

/**
 * A host that wants to be left alone for a while, or for longer than others between two requests, as a checkpoint keeps it.
 *
 * @param until in milliseconds since the epoch
 * @param outcome of a request that cannot wait so long
 * @param gap the longest that it may want between two requests, in milliseconds; 0 if that is no more than the delay
 */
public record RestingHost(String host, long until, String outcome, long gap) {}
