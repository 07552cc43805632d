/** What several stages need and none of them owns. */
package dev.tradewind.shared;
