package dev.tradewind.soak;

import com.sun.management.UnixOperatingSystemMXBean;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.PlatformManagedObject;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** What another JVM of this machine holds, asked by JMX; it needs no option of its own. */
final class LiveJvm implements AutoCloseable {
    static final String LIVE_HEAP = "live heap [MiB]";
    static final String DIRECT_MEMORY = "direct memory [MiB]";
    static final String RESIDENT_SET = "resident set [MiB]";
    static final String THREADS = "threads";
    static final String OPEN_FILES = "open files";

    private static final double MIB = 1024 * 1024;

    private final long pid;
    private final JMXConnector connector;
    private final MBeanServerConnection connection;
    private final MemoryMXBean memory;
    private final ThreadMXBean threads;
    private final UnixOperatingSystemMXBean system;
    private final BufferPoolMXBean direct;

    private LiveJvm(long pid, JMXConnector connector) throws IOException {
        this.pid = pid;
        this.connector = connector;
        connection = connector.getMBeanServerConnection();
        memory = bean(ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class);
        threads = bean(ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
        system = bean(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME, UnixOperatingSystemMXBean.class);
        direct = bean("java.nio:type=BufferPool,name=direct", BufferPoolMXBean.class);
    }

    static LiveJvm of(Process process) throws Exception {
        var machine = VirtualMachine.attach(String.valueOf(process.pid()));
        try {
            var address = new JMXServiceURL(machine.startLocalManagementAgent());
            return new LiveJvm(process.pid(), JMXConnectorFactory.connect(address));
        } finally {
            machine.detach();
        }
    }

    private <T extends PlatformManagedObject> T bean(String name, Class<T> type) throws IOException {
        return ManagementFactory.newPlatformMXBeanProxy(connection, name, type);
    }

    /** By quantity; what is on the heap includes what the next collection frees. */
    Map<String, Double> measure() throws IOException {
        Map<String, Double> measured = new LinkedHashMap<>();
        measured.put("heap [MiB]", memory.getHeapMemoryUsage().getUsed() / MIB);
        measured.put(DIRECT_MEMORY, direct.getMemoryUsed() / MIB);
        measured.put(RESIDENT_SET, residentKibibytes() / 1024.0);
        measured.put(THREADS, (double) threads.getThreadCount());
        measured.put(OPEN_FILES, (double) system.getOpenFileDescriptorCount());
        return measured;
    }

    /** Collects, and tells in MiB what is left. */
    double liveHeap() {
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed() / MIB;
    }

    /** Instances and bytes on the heap by class, the most bytes first. */
    String classHistogram() throws IOException, JMException {
        return (String) connection.invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "gcClassHistogram",
                new Object[] {new String[0]},
                new String[] {String[].class.getName()});
    }

    private long residentKibibytes() throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("process " + pid + " has ended");
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
