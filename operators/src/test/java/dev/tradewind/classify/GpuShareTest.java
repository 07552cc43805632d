package dev.tradewind.classify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.junit.jupiter.api.Test;

class GpuShareTest {
    private final GpuShare share = new GpuShare();

    @Test
    void givesEachSubtaskAGpuOfItsOwnWhileThereAreEnough() {
        assertThat(share.take(Set.of(1, 0))).isZero();
        assertThat(share.take(Set.of(1, 0))).isOne();
    }

    @Test
    void letsSubtasksShareWhenThereAreMoreOfThem() {
        share.take(Set.of(3, 5));
        share.take(Set.of(3, 5));

        assertThat(share.take(Set.of(3, 5))).isEqualTo(3);
    }

    @Test
    void givesAGpuAgainThatWasGivenBack() {
        share.take(Set.of(0, 1));
        int second = share.take(Set.of(0, 1));
        share.giveBack(second);

        assertThat(share.take(Set.of(0, 1))).isEqualTo(second);
    }

    @Test
    void takesTheFirstWhereNoneIsNamed() {
        assertThat(share.take(Set.of())).isZero();
        assertThat(share.take(Set.of())).isZero();
    }

    @Test
    void readsTheIndicesThatFlinkNames() {
        assertThat(ClassifyIndustry.indices(Set.of(gpu("1"), gpu(" 0"), gpu("MIG-7"), gpu(null))))
                .containsExactlyInAnyOrder(0, 1);
    }

    private static ExternalResourceInfo gpu(String index) {
        return new ExternalResourceInfo() {
            @Override
            public Optional<String> getProperty(String key) {
                return key.equals("index") ? Optional.ofNullable(index) : Optional.empty();
            }

            @Override
            public Collection<String> getKeys() {
                return Set.of("index");
            }
        };
    }
}
