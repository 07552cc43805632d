package dev.tradewind;

import dev.tradewind.archive.ArchivedPage;
import dev.tradewind.business.Business;
import dev.tradewind.business.RejectedLine;
import dev.tradewind.business.SubmittedLine;
import dev.tradewind.classify.Prediction;
import dev.tradewind.fetch.Exchange;
import dev.tradewind.fetch.FetchedPage;
import dev.tradewind.fetch.PageRequest;
import dev.tradewind.fetch.RestingHost;
import dev.tradewind.observe.CloseVisit;
import dev.tradewind.observe.Observation;
import dev.tradewind.plan.VisitPlan;
import dev.tradewind.shared.Waiting;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordsTest {

    @ParameterizedTest
    @ValueSource(
            classes = {
                SubmittedLine.class,
                RejectedLine.class,
                Business.class,
                PageRequest.class,
                FetchedPage.class,
                Exchange.class,
                RestingHost.class,
                VisitPlan.class,
                CloseVisit.Progress.class,
                Waiting.class,
                Observation.class,
                ArchivedPage.class,
                Prediction.class
            })
    void whatTravelsOrIsKeptNeedsNoKryo(Class<?> record) {
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(record);
    }
}
