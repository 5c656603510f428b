codeunit 50105 "JOS Payment Posting"
{
    Access = Internal;

    var
        NothingToPostErr: Label 'There is nothing to post.';

    /// <summary>
    /// Posts every line of a cash receipt journal, or none of them.
    /// </summary>
    /// <param name="GenJournalBatch">The journal.</param>
    procedure PostBatch(GenJournalBatch: Record "Gen. Journal Batch")
    var
        GenJournalLine: Record "Gen. Journal Line";
    begin
        GenJournalLine.SetRange("Journal Template Name", GenJournalBatch."Journal Template Name");
        GenJournalLine.SetRange("Journal Batch Name", GenJournalBatch.Name);
        if not GenJournalLine.FindFirst() then
            Error(NothingToPostErr);
        Codeunit.Run(Codeunit::"Gen. Jnl.-Post Batch", GenJournalLine);
    end;
}
