package dev.tradewind.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * The first main class of a process that must not outlive the one that started it: it runs the main class that its first argument
 * names, and ends at once where its standard input does, however the other end was lost.
 */
final class Tether {
    private Tether() {}

    public static void main(String[] args) throws Throwable {
        var watch = new Thread(Tether::haltAtEndOfInput, "tether");
        watch.setDaemon(true);
        watch.start();
        try {
            Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object)
                    Arrays.copyOfRange(args, 1, args.length));
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static void haltAtEndOfInput() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // no end can be heard of from there any more
        }
        Runtime.getRuntime().halt(1);
    }
}
