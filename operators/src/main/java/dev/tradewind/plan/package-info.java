/**
 * Planning: the pages of a visit are counted and its best links asked for, in two rounds: the links of the home page, and,
 * where pages are still short, those of the pages found so. {@link dev.tradewind.plan.LinkRanks} says which links are good,
 * {@link dev.tradewind.url.SpiderTraps} which have no end, {@link dev.tradewind.plan.VisitPlan} counts. State is one plan per
 * visit and ends with its round; at most 60 links are kept.
 */
package dev.tradewind.plan;
