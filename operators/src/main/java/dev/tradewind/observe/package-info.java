/**
 * Observing: all pages of a visit become one observation, in a window that closes by count
 * ({@link dev.tradewind.observe.CloseVisit}), and each id gets one observation for all its submissions under way
 * ({@link dev.tradewind.observe.JoinVisits}). State is the pages' texts, at most 8,000 characters each, until the visit ends.
 */
package dev.tradewind.observe;
