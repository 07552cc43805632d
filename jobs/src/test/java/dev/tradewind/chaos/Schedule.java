package dev.tradewind.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Which faults come in a run, and when: all of it follows from the seed. The first kind goes round with the seed; every
 * other run or so has a second one of another kind.
 */
record Schedule(long seed, List<Planned> faults) {

    /** @param afterSent how many records are to be sent before, of a hundred */
    record Planned(FaultKind kind, int afterSent) {}

    static Schedule of(long seed) {
        var random = new SplittableRandom(seed);
        var kinds = FaultKind.values();
        var faults = new ArrayList<Planned>();
        var first = kinds[Math.floorMod(seed, kinds.length)];
        faults.add(new Planned(first, random.nextInt(20, 50)));
        if (random.nextBoolean()) {
            var others = new ArrayList<>(List.of(kinds));
            others.remove(first);
            faults.add(new Planned(others.get(random.nextInt(others.size())), random.nextInt(50, 80)));
        }
        return new Schedule(seed, faults);
    }
}
