query 50102 "JOS Location Stocks"
{
    APIGroup = 'till';
    APIPublisher = 'joboffice';
    APIVersion = 'v1.0';
    Caption = 'Location Stocks', Locked = true;
    DataAccessIntent = ReadOnly;
    EntityName = 'locationStock';
    EntitySetName = 'locationStocks';
    OrderBy = ascending(itemNumber, locationCode);
    QueryType = API;

    elements
    {
        dataitem(ItemLedgerEntry; "Item Ledger Entry")
        {
            column(itemNumber; "Item No.")
            {
                Caption = 'Item No.', Locked = true;
            }
            column(locationCode; "Location Code")
            {
                Caption = 'Location Code', Locked = true;
            }
            column(quantity; Quantity)
            {
                Caption = 'Quantity', Locked = true;
                Method = Sum;
            }
        }
    }
}
