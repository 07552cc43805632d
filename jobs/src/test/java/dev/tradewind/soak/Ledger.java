package dev.tradewind.soak;

import java.util.BitSet;

/** Which of the businesses sent, numbered from 0, were answered, and how often. */
final class Ledger {
    private final BitSet answered = new BitSet();
    private int sent;
    private int doubled;

    /** The number of the next business. */
    synchronized int send() {
        return sent++;
    }

    /** Enters an answer, of which there ought to be one. */
    synchronized void answer(int business) {
        if (answered.get(business)) {
            doubled++;
        }
        answered.set(business);
    }

    synchronized int sent() {
        return sent;
    }

    synchronized int answered() {
        return answered.cardinality();
    }

    synchronized int unanswered() {
        return sent - answered();
    }

    /** How many answers were given beyond the first. */
    synchronized int doubled() {
        return doubled;
    }

    @Override
    public synchronized String toString() {
        return sent + " sent, " + answered() + " answered, " + unanswered() + " unanswered, " + doubled
                + " answered twice";
    }
}
