package dev.tradewind.classify;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Deals the GPUs of one task manager out among its subtasks, for Flink tells all of them of all. */
final class GpuShare {
    private final Map<Integer, Integer> holders = new HashMap<>();

    /**
     * Takes the GPU that fewest hold, of equals the one with the lowest index; 0 where Flink names none.
     *
     * @param indices as the resource {@code gpu} names them
     */
    synchronized int take(Collection<Integer> indices) {
        int chosen = indices.stream()
                .sorted()
                .min((a, b) -> Integer.compare(holders.getOrDefault(a, 0), holders.getOrDefault(b, 0)))
                .orElse(0);
        holders.merge(chosen, 1, Integer::sum);
        return chosen;
    }

    synchronized void giveBack(int index) {
        holders.computeIfPresent(index, (gpu, count) -> count == 1 ? null : count - 1);
    }
}
