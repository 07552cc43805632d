package dev.tradewind.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the files of {@code k8s/5-monitoring} promise without a Prometheus. */
class MonitoringTest {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?(\\w+)");

    @Test
    void thePrometheusOperatorIsGivenTheSameRules() throws IOException {
        assertThat(AlertRules.ofTheOperator()).isEqualTo(AlertRules.read());
    }

    @Test
    void everyAlertSaysWhatIsWrongHowBadItIsAndWhatToDo() throws IOException {
        assertThat(AlertRules.read().alerts()).isNotEmpty().allSatisfy(alert -> {
            assertThat(alert.at("/annotations/summary").asText()).isNotBlank();
            assertThat(alert.at("/annotations/description").asText()).hasSizeGreaterThan(100);
            assertThat(alert.at("/labels/severity").asText()).isIn("warning", "critical");
        });
    }

    @Test
    void theReadmeListsEveryAlert() throws IOException {
        assertThat(Path.of("../README.md"))
                .content()
                .contains(AlertRules.read().names().stream()
                        .map(name -> "| `" + name + "` |")
                        .toList());
    }

    @Test
    void theDashboardAsksTheDataSourceAndTheVariablesThatItDeclares() throws IOException {
        var dashboard = Dashboard.read();

        assertThat(dashboard.variables()).containsExactly("datasource", "job_name", "instance");
        assertThat(dashboard.panels()).allSatisfy(panel -> {
            assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
            assertThat(Dashboard.expressions(panel)).isNotEmpty().allSatisfy(expression -> assertThat(
                            VARIABLE.matcher(expression).results().map(found -> found.group(1)))
                    .isSubsetOf("job_name", "instance", "__rate_interval"));
        });
    }

    @Test
    void thePanelsOfTheDashboardHaveATitleAndAPlaceOfTheirOwn() throws IOException {
        var panels = Dashboard.read().root().get("panels").valueStream().toList();

        assertThat(panels).extracting(panel -> panel.get("id").asInt()).doesNotHaveDuplicates();
        assertThat(panels).extracting(panel -> panel.get("title").asText()).doesNotHaveDuplicates();
        List<String> cells = new ArrayList<>();
        panels.forEach(panel -> cells.addAll(cells(panel.get("gridPos"))));
        assertThat(cells).doesNotHaveDuplicates();
    }

    private static List<String> cells(JsonNode place) {
        List<String> cells = new ArrayList<>();
        int right = place.get("x").asInt() + place.get("w").asInt();
        int bottom = place.get("y").asInt() + place.get("h").asInt();
        assertThat(right).isLessThanOrEqualTo(24);
        for (int x = place.get("x").asInt(); x < right; x++) {
            for (int y = place.get("y").asInt(); y < bottom; y++) {
                cells.add(x + "," + y);
            }
        }
        return cells;
    }
}
