permissionset 50106 "JOS Till"
{
    Assignable = true;
    Caption = 'JobOffice Till';

    Permissions =
        tabledata "Gen. Journal Batch" = R,
        tabledata "Gen. Journal Line" = R,
        tabledata "Item Ledger Entry" = R,
        tabledata "Item Reference" = R,
        tabledata "Price List Line" = R,
        codeunit "JOS Payment Posting" = X,
        page "JOS Item References" = X,
        page "JOS Journal Setups" = X,
        page "JOS Payment Journals" = X,
        page "JOS Price List Lines" = X,
        query "JOS Location Stocks" = X;
}
