package dev.tradewind.chaos;

/** The topics of one run, each of one partition. Its consumer group and its transactions are its own, too. */
record Topics(String run) {

    String businesses() {
        return run + "-businesses";
    }

    String predictions() {
        return run + "-predictions";
    }

    String rejected() {
        return run + "-rejected";
    }
}
