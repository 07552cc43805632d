package dev.tradewind.testdata;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** The files of a web site, on disk or among the class path's resources. */
final class Folder {

    /** Bytes of the file at a path relative to the folder, or null. */
    private final Function<String, byte[]> files;

    private Folder(Function<String, byte[]> files) {
        this.files = files;
    }

    static Folder at(Path folder) {
        var root = folder.toAbsolutePath().normalize();
        return new Folder(name -> {
            var file = root.resolve(name).normalize();
            try {
                return file.startsWith(root) && Files.isRegularFile(file) ? Files.readAllBytes(file) : null;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    static Folder ofResources(String folder) {
        return new Folder(name -> {
            if (name.contains("..")) {
                return null;
            }
            try (var in = Folder.class.getClassLoader().getResourceAsStream(folder + "/" + name)) {
                return in == null ? null : in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    byte[] file(String name) {
        return files.apply(name);
    }

    /** The lines of a file, without empty ones and comments; none where there is no such file. */
    List<String> lines(String name) {
        var bytes = file(name);
        return bytes == null
                ? List.of()
                : new String(bytes, StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .toList();
    }

    /**
     * The file that a web server would answer with.
     *
     * @param path without a query
     * @param htmlType Content-Type of html files
     * @return null where there is none
     */
    Reply reply(String path, String htmlType) {
        var name = path.substring(1);
        var last = name.substring(name.lastIndexOf('/') + 1);
        if (name.isEmpty() || name.endsWith("/")) {
            return reply200(name + "index.html", htmlType);
        }
        if (last.contains(".")) {
            return reply200(name, htmlType);
        }
        var page = reply200(name + ".html", htmlType);
        return page != null ? page : reply200(name + "/index.html", htmlType);
    }

    Reply reply200(String name, String htmlType) {
        var bytes = name.startsWith("_") ? null : file(name);
        return bytes == null ? null : Reply.of(200, typeOf(name, htmlType), bytes);
    }

    private static String typeOf(String name, String htmlType) {
        return switch (name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT)) {
            case "html", "htm" -> htmlType;
            case "txt" -> "text/plain; charset=utf-8";
            case "css" -> "text/css";
            case "js" -> "text/javascript";
            case "svg" -> "image/svg+xml";
            case "png" -> "image/png";
            case "jpg", "jpeg" -> "image/jpeg";
            case "pdf" -> "application/pdf";
            default -> "application/octet-stream";
        };
    }
}
