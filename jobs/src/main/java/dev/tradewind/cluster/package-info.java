/**
 * A whole cluster on this machine, of processes: a Kafka broker ({@link dev.tradewind.cluster.KafkaProcess}), a job manager and
 * task managers ({@link dev.tradewind.cluster.FlinkProcesses}). All of them run from this JVM's class path.
 */
package dev.tradewind.cluster;
