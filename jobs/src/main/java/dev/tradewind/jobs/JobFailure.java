package dev.tradewind.jobs;

/** The job cannot go on, and the message says in one line why and what to do. */
final class JobFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    JobFailure(String message) {
        super(message);
    }
}
