package dev.tradewind;

import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.state.TestableKeyedStateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;

/** Where an operator under test keeps its keyed state. */
public enum Backend {
    HASHMAP,
    ROCKSDB;

    private static final long WRITES_WHAT_IS_BUFFERED = 1_000;

    /** Lets the operator keep its state here; to be called before it is opened. */
    public void useIn(AbstractStreamOperatorTestHarness<?> harness) {
        harness.setStateBackend(this == HASHMAP ? new HashMapStateBackend() : new EmbeddedRocksDBStateBackend(true));
    }

    public Backend other() {
        return this == HASHMAP ? ROCKSDB : HASHMAP;
    }

    /** A snapshot from which each backend restores. */
    public static OperatorSubtaskState savepoint(AbstractStreamOperatorTestHarness<?> harness) throws Exception {
        return harness.snapshotWithLocalState(1, 1, SavepointType.savepoint(SavepointFormatType.CANONICAL))
                .getJobManagerOwnedState();
    }

    /** How many values the operator keeps, over all keys and states; in RocksDB a timer is one, too. */
    public static int entries(AbstractStreamOperatorTestHarness<?> harness) throws Exception {
        harness.snapshot(WRITES_WHAT_IS_BUFFERED, 0);
        var backend = (TestableKeyedStateBackend<?>) harness.getOperator().getKeyedStateBackend();
        return backend.numKeyValueStateEntries();
    }
}
