/**
 * A whole cluster on this machine, of processes: a Kafka broker ({@link dev.tradewind.cluster.KafkaProcess}), a job manager and
 * task managers ({@link dev.tradewind.cluster.FlinkProcesses}); with replacement for those that die it is a
 * {@link dev.tradewind.cluster.LocalCluster}. All of them run from this JVM's class path ({@link dev.tradewind.cluster.Jvm}), on
 * loopback alone, and none outlives this JVM. They are for looking and for tests: nothing here is highly available or secured.
 */
package dev.tradewind.cluster;
