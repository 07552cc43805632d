package dev.tradewind.encode;

import java.util.Arrays;

/** The token ids of one segment, begin and end marks included. Equal ids are equal segments. */
public final class Tokens {
    private final int[] ids;
    private final int hash;

    /** @throws IllegalArgumentException if there is no id */
    public Tokens(int... ids) {
        if (ids.length == 0) {
            throw new IllegalArgumentException("A segment has at least one token");
        }
        this.ids = ids.clone();
        this.hash = Arrays.hashCode(ids);
    }

    public int length() {
        return ids.length;
    }

    public int id(int index) {
        return ids[index];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tokens tokens && hash == tokens.hash && Arrays.equals(ids, tokens.ids);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return Arrays.toString(ids);
    }
}
