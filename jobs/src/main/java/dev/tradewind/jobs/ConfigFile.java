package dev.tradewind.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Options from a file: {@code crawl.pages=5} in .properties, nested or dotted keys in YAML; lists are joined with commas.
 * The key of an option that takes pairs goes on with theirs: {@code kafka.property.security.protocol=SSL}.
 */
final class ConfigFile implements IDefaultValueProvider {
    private final Path file;
    private final Map<String, String> values = new LinkedHashMap<>();

    private ConfigFile(Path file) {
        this.file = file;
    }

    /** The file that {@code --config} names among the arguments, or null. */
    static Path named(List<String> args) {
        for (int i = 0; i < args.size(); i++) {
            if (args.get(i).startsWith("--config=")) {
                return Path.of(args.get(i).substring("--config=".length()));
            }
            if (args.get(i).equals("--config") && i + 1 < args.size()) {
                return Path.of(args.get(i + 1));
            }
        }
        return null;
    }

    /** @throws IllegalArgumentException which says what is wrong with the file */
    static ConfigFile read(Path path) {
        var config = new ConfigFile(path);
        try {
            if (path.toString().endsWith(".properties")) {
                var properties = new Properties();
                try (var reader = Files.newBufferedReader(path)) {
                    properties.load(reader);
                }
                properties.forEach((key, value) -> config.values.put((String) key, (String) value));
            } else {
                config.flatten("", new YAMLMapper().readTree(path.toFile()));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException("cannot read the options in " + path + ": "
                    + e.getMessage().lines().findFirst().orElse(""));
        }
        return config;
    }

    private void flatten(String key, JsonNode node) {
        if (node.isObject()) {
            node.properties()
                    .forEach(field ->
                            flatten(key.isEmpty() ? field.getKey() : key + "." + field.getKey(), field.getValue()));
        } else if (node.isArray()) {
            var parts = new java.util.StringJoiner(",");
            node.forEach(part -> parts.add(part.asText()));
            values.put(key, parts.toString());
        } else if (!node.isMissingNode()) {
            values.put(key, node.asText());
        }
    }

    /** @throws IllegalArgumentException if the file names an option that no command has */
    void checkAgainst(CommandLine top) {
        for (var key : values.keySet()) {
            boolean known = top.getSubcommands().values().stream()
                    .flatMap(command -> command.getCommandSpec().options().stream())
                    .anyMatch(option -> key.equals(name(option)) || isPairOf(option, key));
            if (!known) {
                throw new IllegalArgumentException("unknown option '" + key + "' in " + file);
            }
        }
    }

    @Override
    public String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option)) {
            return null;
        }
        if (!option.typeInfo().isMap()) {
            return values.get(name(option));
        }
        var pairs = values.entrySet().stream()
                .filter(value -> isPairOf(option, value.getKey()))
                .map(value -> value.getKey().substring(name(option).length() + 1) + "=" + value.getValue())
                .toList();
        return pairs.isEmpty() ? null : String.join("\n", pairs);
    }

    private static boolean isPairOf(OptionSpec option, String key) {
        return option.typeInfo().isMap() && key.startsWith(name(option) + ".");
    }

    private static String name(OptionSpec option) {
        return option.longestName().substring(2);
    }
}
