package dev.tradewind.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tradewind.fetch.AddressGuard;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.kubernetes.utils.KubernetesUtils;

/** What network policies let a deployment's pods reach that they should not, and what they keep from them that they need. */
final class NetworkFaults {

    private static final List<String> IPV6_BESIDE_UNICAST =
            List.of("::/3", "64:ff9b::/96", "4000::/2", "8000::/1", "fc00::/7", "fe80::/10");
    private static final List<InetAddress> NOT_PUBLIC = Stream.concat(
                    AddressGuard.notPublic().stream(), IPV6_BESIDE_UNICAST.stream())
            .flatMap(NetworkFaults::ends)
            .toList();

    private NetworkFaults() {}

    /** No fault where there is no policy: then everything is open. */
    static List<String> of(Manifest deployment, List<Manifest> others) {
        var policies = others.stream()
                .filter(manifest -> manifest.kind().equals("NetworkPolicy"))
                .toList();
        List<String> faults = new ArrayList<>();
        if (policies.isEmpty()) {
            return faults;
        }
        for (var policy : policies) {
            var selected = strings(policy.at("/spec/podSelector/matchLabels"));
            var pods = KubernetesUtils.getTaskManagerSelectors(deployment.name());
            if (!pods.entrySet().containsAll(selected.entrySet())) {
                faults.add(policy.file() + ", " + policy.name() + ": selects " + selected + ", a task manager has "
                        + pods);
            }
            faults.addAll(notPublic(policy));
        }
        if (policies.stream().noneMatch(policy -> reaches(policy, "93.184.215.14"))) {
            faults.add(deployment.file() + ": no network policy lets the task managers reach the web");
        }
        for (var argument : deployment.arguments()) {
            if (argument.startsWith("--kafka.bootstrap-servers=")) {
                for (var broker : argument.substring(argument.indexOf('=') + 1).split(",")) {
                    checkReached(URI.create("kafka://" + broker), policies, faults);
                }
            }
        }
        var storage = deployment.option("s3.endpoint");
        if (!storage.isEmpty()) {
            checkReached(URI.create(storage), policies, faults);
        }
        return faults;
    }

    /** A service stands for pods that are labelled with its name. */
    private static void checkReached(URI service, List<Manifest> policies, List<String> faults) {
        var name = service.getHost().split("\\.")[0];
        boolean open = policies.stream()
                .flatMap(policy -> egress(policy))
                .filter(rule -> rule.get("to").valueStream().anyMatch(to -> strings(to.at("/podSelector/matchLabels"))
                        .containsValue(name)))
                .flatMap(rule -> rule.get("ports").valueStream())
                .anyMatch(port -> port.get("port").asInt() == service.getPort());
        if (!open) {
            faults.add(policies.get(0).file() + ": no policy opens port " + service.getPort() + " of " + name
                    + ", which the deployment uses: add it under egress");
        }
    }

    /** Single addresses may be private, for somebody wrote them down one by one; ranges may not. */
    private static List<String> notPublic(Manifest policy) {
        return blocks(policy)
                .filter(block -> !block.cidr().matches(".*/(32|128)"))
                .flatMap(block -> block.leaks().limit(1))
                .map(address -> policy.file() + ", " + policy.name() + ": lets the crawler reach "
                        + address.getHostAddress() + ", which is not public: add its range to `except`")
                .toList();
    }

    static boolean reaches(Manifest policy, String address) {
        return blocks(policy).anyMatch(block -> block.holds(address(address)));
    }

    private record Block(String cidr, IpSubnetFilterRule range, List<IpSubnetFilterRule> except) {
        static Block of(JsonNode block) {
            var cidr = block.get("cidr").asText();
            return new Block(
                    cidr,
                    range(cidr),
                    block.path("except")
                            .valueStream()
                            .map(range -> range(range.asText()))
                            .toList());
        }

        private static IpSubnetFilterRule range(String cidr) {
            var parts = cidr.split("/");
            return new IpSubnetFilterRule(parts[0], Integer.parseInt(parts[1]), IpFilterRuleType.ACCEPT);
        }

        boolean holds(InetAddress address) {
            var socket = new InetSocketAddress(address, 0);
            return range.matches(socket) && except.stream().noneMatch(excepted -> excepted.matches(socket));
        }

        Stream<InetAddress> leaks() {
            return NOT_PUBLIC.stream().filter(this::holds);
        }
    }

    private static Stream<Block> blocks(Manifest policy) {
        return egress(policy)
                .flatMap(rule -> rule.get("to").valueStream())
                .map(to -> to.path("ipBlock"))
                .filter(JsonNode::isObject)
                .map(Block::of);
    }

    private static Stream<JsonNode> egress(Manifest policy) {
        return policy.at("/spec/egress").valueStream();
    }

    private static Map<String, String> strings(JsonNode labels) {
        Map<String, String> strings = new TreeMap<>();
        labels.properties()
                .forEach(label -> strings.put(label.getKey(), label.getValue().asText()));
        return strings;
    }

    /** The first and the last address of a range. */
    private static Stream<InetAddress> ends(String cidr) {
        var parts = cidr.split("/");
        byte[] first = address(parts[0]).getAddress();
        byte[] last = first.clone();
        for (int bit = Integer.parseInt(parts[1]); bit < 8 * last.length; bit++) {
            last[bit / 8] |= (byte) (0x80 >> bit % 8);
        }
        try {
            return Stream.of(InetAddress.getByAddress(first), InetAddress.getByAddress(last));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
