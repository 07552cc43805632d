/**
 * The last stage of a run on one machine: predictions and rejected lines become one {@code report.html} that opens
 * anywhere without a network. It is written in a stream and holds no more than {@value
 * dev.tradewind.report.Report#MOST_BUSINESSES} businesses and {@value dev.tradewind.report.Report#MOST_REJECTED} rejected
 * lines; it says how many it left out. Reads local folders only. The page's script is the only one that may run in it, and
 * shows all that came from the web as text.
 */
package dev.tradewind.report;
