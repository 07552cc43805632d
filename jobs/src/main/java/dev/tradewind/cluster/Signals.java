package dev.tradewind.cluster;

import java.lang.reflect.Proxy;
import java.util.List;

/** The signals that ask this process to end: Ctrl-C, a terminal that is closed, {@code kill}. */
public final class Signals {
    private static final int INTERRUPTED = 130;

    private Signals() {}

    /** Lets the first of them call for an end; a second ends this process at once, with nothing closed. */
    public static void onFirst(Runnable end) throws ReflectiveOperationException {
        var asked = new boolean[1];
        for (var name : List.of("INT", "TERM", "HUP")) {
            handle(name, () -> {
                synchronized (asked) {
                    if (asked[0]) {
                        Runtime.getRuntime().halt(INTERRUPTED);
                    }
                    asked[0] = true;
                }
                end.run();
            });
        }
    }

    /** By reflection, because javac warns of {@code sun.misc} in a way that nothing silences. */
    private static void handle(String name, Runnable action) throws ReflectiveOperationException {
        var signal = Class.forName("sun.misc.Signal");
        var handler = Class.forName("sun.misc.SignalHandler");
        var handling =
                Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, args) -> {
                    action.run();
                    return null;
                });
        signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance(name), handling);
    }
}
