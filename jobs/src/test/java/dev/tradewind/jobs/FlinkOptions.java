package dev.tradewind.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarFile;
import org.apache.flink.api.common.externalresource.ExternalResourceDriverFactory;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalResourceOptions;
import org.apache.flink.kubernetes.configuration.KubernetesConfigOptions;
import org.apache.flink.metrics.reporter.MetricReporterFactory;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;

/** What Flink says of an option of a manifest: whether there is such a one, and whether its value can be read. */
final class FlinkOptions {
    private static final Path TARGET = Path.of("target");
    private static final Path GPU_PLUGIN = TARGET.resolve("plugins/external-resource-gpu/plugin.jar");
    private static final String GPU = "external-resource.gpu.";
    private static final String DISCOVERY_SCRIPT =
            ExternalResourceOptions.EXTERNAL_RESOURCE_DRIVER_PARAM_SUFFIX + "discovery-script.path";
    private static final String REPORTER = "metrics.reporter.prom.";

    /** Of the two S3 plugins: they read their options from names, not from a class. */
    private static final Set<String> S3 = Set.of("s3.endpoint", "s3.path.style.access");

    /** The operator's own are tested with the operator's classes. */
    private static final Set<String> OF_THE_OPERATOR = Set.of("kubernetes.operator.", "job.autoscaler.");

    private static final Map<String, ConfigOption<?>> KNOWN = known();

    private FlinkOptions() {}

    /** What is wrong with an option, and how to mend it. */
    static Optional<String> fault(String key, String value) {
        if (S3.contains(key) || OF_THE_OPERATOR.stream().anyMatch(key::startsWith)) {
            return Optional.empty();
        }
        if (key.startsWith(GPU)) {
            return ofTheGpu(key.substring(GPU.length()), value);
        }
        if (key.startsWith(REPORTER)) {
            return ofTheReporter(key.substring(REPORTER.length()), value);
        }
        var option = KNOWN.get(key);
        if (option == null) {
            return unknown(key);
        }
        try {
            Configuration.fromMap(Map.of(key, value)).get(option);
        } catch (IllegalArgumentException e) {
            return Optional.of(
                    key + " cannot be " + value + ": " + (e.getCause() == null ? e : e.getCause()).getMessage());
        }
        return Optional.empty();
    }

    private static Optional<String> unknown(String key) {
        return Optional.of(key + " is no option of Flink: look it up in Flink's documentation");
    }

    private static Optional<String> ofTheGpu(String key, String value) {
        return switch (key) {
            case ExternalResourceOptions.EXTERNAL_RESOURCE_AMOUNT_SUFFIX -> unless(
                    value.matches("[1-9]\\d*"),
                    "no task manager can have " + value
                            + " GPUs: leave all of external-resource.gpu out, or say 1 or more");
            case ExternalResourceOptions.EXTERNAL_RESOURCE_DRIVER_FACTORY_SUFFIX -> ofTheClass(
                    value, ExternalResourceDriverFactory.class, "driver of a resource");
            case DISCOVERY_SCRIPT -> {
                var script = Path.of(value);
                yield unless(
                        TARGET.resolve(script).resolveSibling("plugin.jar").equals(GPU_PLUGIN)
                                && holds(GPU_PLUGIN, script.getFileName().toString()),
                        "Flink has no script " + value
                                + ": its own is plugins/external-resource-gpu/nvidia-gpu-discovery.sh");
            }
            case KubernetesConfigOptions.EXTERNAL_RESOURCE_KUBERNETES_CONFIG_KEY_SUFFIX -> unless(
                    value.equals("nvidia.com/gpu"), "the device plugin offers nvidia.com/gpu, not " + value);
            default -> unknown(GPU + key);
        };
    }

    private static Optional<String> ofTheReporter(String key, String value) {
        return switch (key) {
            case "factory.class" -> ofTheClass(value, MetricReporterFactory.class, "reporter of metrics");
            case "port" -> unless(value.matches("\\d{4,5}"), REPORTER + "port cannot be " + value + ": say one port");
            default -> unknown(REPORTER + key);
        };
    }

    private static Optional<String> ofTheClass(String name, Class<?> type, String what) {
        try (var loader = new URLClassLoader(new URL[] {GPU_PLUGIN.toUri().toURL()})) {
            return unless(type.isAssignableFrom(loader.loadClass(name)), name + " is no " + what);
        } catch (ClassNotFoundException e) {
            return Optional.of("there is no class " + name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<String> unless(boolean sound, String fault) {
        return sound ? Optional.empty() : Optional.of(fault);
    }

    private static boolean holds(Path jar, String name) {
        try (var opened = new JarFile(jar.toFile())) {
            return opened.getEntry(name) != null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All options of Flink's core, runtime and Kubernetes classes by their key. */
    private static Map<String, ConfigOption<?>> known() {
        Map<String, ConfigOption<?>> options = new HashMap<>();
        for (var home : Set.of(ConfigOption.class, TaskExecutorProcessUtils.class, KubernetesConfigOptions.class)) {
            try (var jar = new JarFile(Path.of(home.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toFile())) {
                for (var entry : jar.stream().toList()) {
                    if (entry.getName().matches("org/apache/flink/[a-z/]*configuration/\\w+Options\\.class")) {
                        collect(
                                Class.forName(
                                        entry.getName().replace(".class", "").replace('/', '.')),
                                options);
                    }
                }
            } catch (IOException | URISyntaxException | ReflectiveOperationException e) {
                throw new IllegalStateException("cannot read the options in the jar of " + home, e);
            }
        }
        return options;
    }

    private static void collect(Class<?> holder, Map<String, ConfigOption<?>> options) throws IllegalAccessException {
        for (var field : holder.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.get(null) instanceof ConfigOption<?> option) {
                options.put(option.key(), option);
            }
        }
    }
}
