/**
 * The job: {@link dev.tradewind.jobs.Tradewind} is the command line, {@link dev.tradewind.jobs.IndustryGraph} the way of a
 * record, {@link dev.tradewind.jobs.Connectors} where records come from and go to, {@link dev.tradewind.jobs.Execution} how
 * a job is run: on the cluster that called, or in this process. The {@code …Options} are one class for each group of options.
 */
package dev.tradewind.jobs;
