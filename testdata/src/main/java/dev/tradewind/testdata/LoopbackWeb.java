package dev.tradewind.testdata;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A real HTTP/1.1 server on 127.0.0.1 that answers for many web sites, told apart by the Host header: the site
 * {@code plumber} is {@code http://plumber.localhost:PORT/} (names under {@code .localhost} are loopback, RFC 6761). A
 * host outside {@code .localhost} is looked up under its whole name; an unknown one gets a 404.
 *
 * <pre>{@code
 * try (var web = LoopbackWeb.start()) {
 *     web.site("plumber").page("/", "<h1>Drains cleared</h1>").slow("/about", Duration.ofSeconds(2)).gone("/team");
 *     fetch(web.url("plumber", "/about"));
 *     assertThat(web.requests("plumber")).extracting(Request::path).containsExactly("/robots.txt", "/about");
 * }
 * }</pre>
 *
 * <p>Sites can be added and changed while it runs. Everything it opened is closed by {@link #close}.
 */
public final class LoopbackWeb implements AutoCloseable {

    private static final String TOP_LEVEL = ".localhost";
    private static final int BACKLOG = 1024;

    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newCachedThreadPool(LoopbackWeb::daemon);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Map<String, Site> sites = new ConcurrentHashMap<>();
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final List<AutoCloseable> deadEnds = new ArrayList<>();

    private LoopbackWeb(ServerSocket listener) {
        this.listener = listener;
    }

    /** Listens on any free port. */
    public static LoopbackWeb start() {
        return start(0);
    }

    /**
     * @param port 0 for any free one
     * @throws UncheckedIOException when the port is taken
     */
    public static LoopbackWeb start(int port) {
        try {
            var web = new LoopbackWeb(new ServerSocket(port, BACKLOG, loopback()));
            web.threads.execute(web::accept);
            return web;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** The site of that name, made when it is first asked for; it answers 404 to everything it was not told. */
    public Site site(String name) {
        return sites.computeIfAbsent(name, Site::new);
    }

    /** Serves the folder's files as a site, see {@link Site#files}. */
    public Site serve(String name, Path folder) {
        return site(name).files(Folder.at(folder));
    }

    /** Serves a folder of the class path as a site, see {@link Site#files}; it may lie in a jar. */
    public Site serve(String name, String resourceFolder) {
        return site(name).files(Folder.ofResources(resourceFolder));
    }

    /** Such as {@code plumber.localhost:40123}. */
    public String authority(String site) {
        return site + TOP_LEVEL + ":" + port();
    }

    /**
     * @param path from the slash on, query included
     */
    public String url(String site, String path) {
        return "http://" + authority(site) + path;
    }

    /** All requests so far, in the order they came, those to unknown hosts included. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    public List<Request> requests(String site) {
        return requests.stream()
                .filter(request -> nameOf(request.host()).equals(site))
                .toList();
    }

    /** Forgets the requests so far: for runs that have no end. */
    public void forgetRequests() {
        requests.clear();
    }

    /** How many connections of clients are open. */
    public int openConnections() {
        return connections.size();
    }

    /** A url on a loopback port that refuses connections, as long as this web is open. */
    public String refusedUrl() {
        try {
            var bound = new Socket();
            keep(bound);
            bound.bind(new InetSocketAddress(loopback(), 0));
            return "http://refused" + TOP_LEVEL + ":" + bound.getLocalPort() + "/";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A url on a loopback port that lets no connection come about: the kernel drops the attempts, because the queue of
     * those that nobody accepts is full. Known to work on Linux.
     */
    public String unansweredUrl() {
        try {
            var full = new ServerSocket(0, 1, loopback());
            keep(full);
            for (boolean room = true; room; ) {
                var waiting = new Socket();
                keep(waiting);
                try {
                    waiting.connect(full.getLocalSocketAddress(), 200);
                } catch (SocketTimeoutException e) {
                    room = false;
                }
            }
            return "http://unanswered" + TOP_LEVEL + ":" + full.getLocalPort() + "/";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends all connections, whatever they wait for, and frees the port. */
    @Override
    public void close() {
        closing.countDown();
        closeQuietly(listener);
        connections.forEach(LoopbackWeb::closeQuietly);
        synchronized (deadEnds) {
            deadEnds.forEach(LoopbackWeb::closeQuietly);
        }
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a connection of the loopback web does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        while (closing.getCount() > 0) {
            try {
                var socket = listener.accept();
                connections.add(socket);
                threads.execute(() -> converse(socket));
            } catch (IOException | RejectedExecutionException e) {
                // the listener was closed, or a client left before it was accepted
            }
        }
        connections.forEach(LoopbackWeb::closeQuietly);
    }

    private void converse(Socket socket) {
        try (socket) {
            var connection = new Connection(socket, closing);
            while (connection.isOpen()) {
                var request = connection.next();
                if (request == null) {
                    return;
                }
                requests.add(request);
                var site = sites.get(nameOf(request.host()));
                if (site == null) {
                    connection.send(Reply.status(404), !request.method().equals("HEAD"));
                } else {
                    site.answer(request, connection);
                }
            }
        } catch (IOException e) {
            // the client hung up, or this web closes: both are how a conversation ends here
        } finally {
            connections.remove(socket);
        }
    }

    private static String nameOf(String host) {
        return host.endsWith(TOP_LEVEL) ? host.substring(0, host.length() - TOP_LEVEL.length()) : host;
    }

    private void keep(AutoCloseable deadEnd) {
        synchronized (deadEnds) {
            deadEnds.add(deadEnd);
        }
    }

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
    }

    private static Thread daemon(Runnable work) {
        var thread = new Thread(work, "loopback-web");
        thread.setDaemon(true);
        return thread;
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            // nothing left to do for it
        }
    }
}
