package dev.tradewind.chaos;

import dev.tradewind.cluster.FlinkRest;
import dev.tradewind.cluster.Jvm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer;

/** A ZooKeeper server, Flink's own, in a process of its own on a free port of loopback. */
final class ZooKeeperProcess implements AutoCloseable {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    private final Process process;
    private final int port;

    private ZooKeeperProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts it and waits until it takes connections. */
    static ZooKeeperProcess start(Path folder) throws Exception {
        var home = Files.createDirectories(folder.toAbsolutePath());
        int port = FlinkRest.freePort();
        var configuration = Files.writeString(
                home.resolve("zoo.cfg"),
                """
                dataDir=%s
                clientPort=%d
                clientPortAddress=localhost
                tickTime=500
                admin.enableServer=false
                """
                        .formatted(home.resolve("data"), port));
        var process = Jvm.of(
                        FlinkZooKeeperQuorumPeer.class.getName(),
                        List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                        List.of("--zkConfigFile", configuration.toString(), "--peerId", "1"),
                        home.resolve("zookeeper.log"))
                .start();
        var server = new ZooKeeperProcess(process, port);
        long end = System.nanoTime() + PATIENCE;
        while (!server.takesConnections()) {
            if (!process.isAlive() || System.nanoTime() - end > 0) {
                server.close();
                throw new IllegalStateException("ZooKeeper does not start; see " + home);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return server;
    }

    String address() {
        return "localhost:" + port;
    }

    private boolean takesConnections() {
        try (var connection = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return connection.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
