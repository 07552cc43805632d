package dev.tradewind.html;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a page says of its business in the words of schema.org (JSON-LD): what kind of business it is, its description, what it
 * offers. Types that say nothing of a trade are left out, and so is what cannot be read.
 */
final class StructuredData {
    /** In characters, of all that is said. */
    static final int MAX_TEXT = 400;

    private static final int MAX_SCRIPTS = 10;
    private static final int MAX_SCRIPT = 1 << 16;
    private static final int MAX_DEPTH = 40;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS, JsonReadFeature.ALLOW_TRAILING_COMMA)
            .build();

    /** Only a business has one of these. */
    private static final List<String> OF_A_BUSINESS =
            List.of("address", "telephone", "priceRange", "areaServed", "openingHours", "openingHoursSpecification");

    private static final List<String> OFFERS =
            List.of("serviceType", "knowsAbout", "makesOffer", "hasOfferCatalog", "servesCuisine");
    private static final Set<String> ANY_TRADE = Set.of(
            "Organization",
            "Corporation",
            "LocalBusiness",
            "ProfessionalService",
            "Service",
            "Offer",
            "ContactPoint",
            "Person",
            "Place",
            "Thing",
            "WebSite");

    private final Set<String> said = new LinkedHashSet<>();
    private int length;

    /** What these scripts say; empty if nothing. Never throws. */
    static String text(List<String> scripts) {
        var data = new StructuredData();
        for (String script : scripts.subList(0, Math.min(scripts.size(), MAX_SCRIPTS))) {
            if (script.length() <= MAX_SCRIPT) {
                data.read(script);
            }
        }
        return PlainText.of(String.join(", ", data.said), MAX_TEXT);
    }

    private void read(String script) {
        try {
            walk(MAPPER.readTree(script));
        } catch (JsonProcessingException e) {
            return;
        }
    }

    private void walk(JsonNode node) {
        if (length >= MAX_TEXT) {
            return;
        }
        boolean business = OF_A_BUSINESS.stream().anyMatch(node::has);
        boolean service = false;
        for (JsonNode each : listOf(node.path("@type"))) {
            String type = each.asText().substring(each.asText().lastIndexOf('/') + 1);
            service |= type.equals("Service");
            if (business && !ANY_TRADE.contains(type)) {
                say(type.replaceAll("(?<=[a-z])(?=[A-Z])", " "));
            }
        }
        if (business) {
            say(node.path("description").asText());
        }
        if (business || service) {
            OFFERS.forEach(offer -> names(node.path(offer)));
        }
        if (service) {
            say(node.path("name").asText());
        }
        node.forEach(this::walk);
    }

    private void names(JsonNode offered) {
        for (JsonNode each : listOf(offered)) {
            say(each.isTextual() ? each.asText() : each.path("name").asText());
            if (each.isObject()) {
                names(each.path("itemOffered"));
                names(each.path("itemListElement"));
            }
        }
    }

    private static Iterable<JsonNode> listOf(JsonNode node) {
        return node.isArray() ? node : List.of(node);
    }

    private void say(String words) {
        if (!words.isBlank() && length < MAX_TEXT && said.add(words.strip())) {
            length += words.length();
        }
    }
}
