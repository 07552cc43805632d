package dev.tradewind.report;

import dev.tradewind.shared.Json;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.NoAlertPresentException;
import org.openqa.selenium.UnexpectedAlertBehaviour;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A real Chromium without a window, which remembers what it asked the network for. */
public final class Browser implements AutoCloseable {

    private final ChromeDriver driver;

    /** @param profile an empty folder */
    Browser(Path profile) {
        this(profile, 1280, 1000);
    }

    /**
     * @param profile an empty folder
     * @param width of the window in pixels
     * @param height the same
     */
    public Browser(Path profile, int width, int height) {
        var logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        var options = new ChromeOptions();
        options.setBinary(onPath("chromium", "chromium-browser", "google-chrome"));
        options.setUnhandledPromptBehaviour(UnexpectedAlertBehaviour.IGNORE);
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--window-size=" + width + "," + height,
                "--user-data-dir=" + profile);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        var service = new ChromeDriverService.Builder()
                .usingDriverExecutable(onPath("chromedriver"))
                .usingAnyFreePort()
                .build();
        driver = new ChromeDriver(service, options);
    }

    private static File onPath(String... names) {
        return Arrays.stream(names)
                .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .map(folder -> new File(folder, name)))
                .filter(File::canExecute)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("Not on the PATH: " + String.join(", ", names)));
    }

    /** Opens a file in an empty tab, as someone who was sent it would; what was asked for before is forgotten. */
    void open(Path file, String hash) throws IOException {
        driver.get("about:blank");
        requests();
        driver.get(file.toUri() + hash);
    }

    public void visit(String url) {
        driver.get(url);
    }

    /** Writes these elements, a little of what is around them and nothing else to a PNG, twice as large as they are seen. */
    public void picture(String css, Path file) throws IOException {
        var area = driver.executeScript(
                """
                        const boxes = [...document.querySelectorAll(arguments[0])].map(e => e.getBoundingClientRect());
                        const x = Math.min(...boxes.map(b => b.left)) - 12, y = Math.min(...boxes.map(b => b.top)) - 12;
                        return {x: x, y: y, scale: 2,
                                width: Math.max(...boxes.map(b => b.right)) + 12 - x,
                                height: Math.max(...boxes.map(b => b.bottom)) + 12 - y};
                        """,
                css);
        var picture = driver.executeCdpCommand("Page.captureScreenshot", Map.of("format", "png", "clip", area));
        Files.write(file, Base64.getDecoder().decode((String) picture.get("data")));
    }

    WebElement element(String css) {
        return driver.findElement(By.cssSelector(css));
    }

    List<WebElement> elements(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    List<String> texts(String css) {
        return elements(css).stream().map(WebElement::getText).toList();
    }

    /** The text of elements, whether it can be seen or not. */
    public List<String> contents(String css) {
        return elements(css).stream()
                .map(element -> element.getDomProperty("textContent").strip())
                .toList();
    }

    long count(String css) {
        return (Long) driver.executeScript("return document.querySelectorAll(arguments[0]).length", css);
    }

    void select(String field, String value) {
        element("select[name='" + field + "'] option[value='" + value + "']").click();
    }

    String hash() {
        return (String) driver.executeScript("return location.hash");
    }

    /** Returns when this JavaScript expression has become true. */
    public void await(String expression) {
        driver.executeAsyncScript("const done = arguments[arguments.length - 1];" + "const look = () => " + expression
                + " ? done() : setTimeout(look, 10); look();");
    }

    boolean showsDialog() {
        try {
            driver.switchTo().alert();
            return true;
        } catch (NoAlertPresentException e) {
            return false;
        }
    }

    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .toList();
    }

    /** The urls asked for since the file was opened, or since the last call. */
    Set<String> requests() throws IOException {
        var urls = new TreeSet<String>();
        for (var entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
            var message = Json.MAPPER.readTree(entry.getMessage()).path("message");
            if (message.path("method").textValue().equals("Network.requestWillBeSent")) {
                urls.add(message.at("/params/request/url").textValue());
            }
        }
        return urls;
    }

    @Override
    public void close() {
        driver.quit();
    }
}
