/** What more than one stage needs and none owns. */
package dev.tradewind.shared;
